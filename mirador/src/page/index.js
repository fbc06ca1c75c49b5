// What every page of the site loads: fonts, tokens, style sheets, htmx and the small modules.
// Nothing here is needed to read a page; see ../../README.md for the attributes the modules look for.
import htmx from 'htmx.org';
import './fonts.css';
import './tokens.css';
import { enhanceAll } from './enhance.js';

import.meta.glob('./styles/*.css', { eager: true });
const modules = import.meta.glob('./modules/*.js', { eager: true });

// The pages' Content-Security-Policy allows neither eval nor inline styles.
Object.assign(htmx.config, { allowEval: false, allowScriptTags: false, includeIndicatorStyles: false, historyCacheSize: 0 });
document.documentElement.classList.add('enhanced');
enhanceAll(Object.values(modules));
