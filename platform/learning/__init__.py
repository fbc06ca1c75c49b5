"""What training and measuring a model needs, whatever the model: data sets, folds, metrics, calibration, cards.

Knows no store, no stage and no model: arrays, boxes and files in, numbers and records out.
"""
