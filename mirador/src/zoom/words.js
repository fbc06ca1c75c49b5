// The words of the zoom's controls.
export default {
  en: {
    canvas: 'Zoomable picture. Arrows move it, plus and minus zoom, 0 shows it whole.',
    controls: 'Zoom',
    zoomIn: 'Zoom in',
    zoomOut: 'Zoom out',
    home: 'Show it whole',
    rotate: 'Turn to the right',
    fullScreen: 'Full screen',
    leaveFullScreen: 'Leave full screen',
    page: 'Show the page around it',
    picture: 'Show the picture alone',
    failed: 'The full image did not come. This is a smaller one.',
  },
  fr: {
    canvas: 'Image agrandissable. Les flèches la déplacent, plus et moins l’agrandissent ou la réduisent, 0 la montre entière.',
    controls: 'Zoom',
    zoomIn: 'Agrandir',
    zoomOut: 'Réduire',
    home: 'Montrer en entier',
    rotate: 'Tourner vers la droite',
    fullScreen: 'Plein écran',
    leaveFullScreen: 'Quitter le plein écran',
    page: 'Montrer la page autour',
    picture: 'Montrer l’image seule',
    failed: 'L’image complète n’est pas venue. Celle-ci est plus petite.',
  },
};
