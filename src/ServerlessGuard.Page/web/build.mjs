// Bundles the page into dist: one script, one style sheet, the document and the icon.
import { copyFile, mkdir } from 'node:fs/promises';
import { build } from 'esbuild';

await mkdir('dist', { recursive: true });
await build({
  entryPoints: { app: 'src/main.tsx' },
  bundle: true,
  minify: true,
  format: 'esm',
  target: ['es2022'],
  jsx: 'automatic',
  jsxImportSource: 'preact',
  legalComments: 'eof',
  outdir: 'dist',
  logLevel: 'warning',
});
for (const file of ['index.html', 'icon.svg']) {
  await copyFile(`src/${file}`, `dist/${file}`);
}
