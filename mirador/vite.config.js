// Builds the entries into the web package; templates find the files, which are named by content, through manifest.json.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

/** Vite collects the licences of scripts only; fonts have theirs too. */
const fontLicence = {
  name: 'font-licence',
  generateBundle() {
    const source = readFileSync(here('node_modules/@fontsource/spectral/LICENSE'), 'utf8');
    this.emitFile({ type: 'asset', fileName: 'licences-fonts.txt', source: `# Spectral\n\n${source}` });
  },
};

/**
 * Mirador 4.0.0 takes for granted that each hit of a search has its annotation at hand; while a search is asked anew (its
 * panel opened again, say) it has not, and the whole viewer would go blank.
 */
const searchHits = {
  name: 'mirador-search-hits',
  enforce: 'pre',
  transform(code, id) {
    if (!id.includes('/mirador/src/containers/SearchHit.js')) return undefined;
    const mended = code.replace('.includes(hitAnnotation.targetId)', '.includes(hitAnnotation?.targetId)');
    if (mended === code) this.error('Mirador has changed; this mending is no longer needed, or no longer works');
    return { code: mended, map: null };
  },
};

export default defineConfig({
  root: here('.'),
  base: './',
  publicDir: false,
  plugins: [react(), fontLicence, searchHits],
  resolve: {
    dedupe: ['react', 'react-dom', 'openseadragon', '@emotion/react', '@mui/material'],
    // Mirador brings its words in 22 languages; the pages speak two.
    alias: [{ find: /^\.\/locales\/(?!en\/|fr\/).*\.json$/, replacement: here('src/viewer/no-words.json') }],
  },
  build: {
    outDir: here('../platform/web/static/build'),
    emptyOutDir: true,
    manifest: 'manifest.json',
    license: { fileName: 'licences.txt' },
    target: 'es2022',
    // Nothing inline: the pages' Content-Security-Policy knows no data: addresses.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 1000,
    rolldownOptions: {
      input: {
        page: here('src/page/index.js'),
        viewer: here('src/viewer/index.js'),
        zoom: here('src/zoom/index.js'),
        embed: here('src/embed/index.js'),
      },
      // htmx has an eval, which src/page/index.js switches off.
      checks: { eval: false },
    },
  },
});
