import { useEffect, useRef } from 'preact/hooks';
import { Glyph } from './marks';

const keys: readonly (readonly [string, string])[] = [
  ['/', 'search'],
  ['j  k', 'next, previous finding'],
  ['Enter', 'open the finding'],
  ['Esc', 'close it; then clear the search'],
  ['f  o', 'findings, overview'],
  ['t', 'light or dark'],
  ['?', 'this help'],
];

export const Help = ({ close }: { close: () => void }) => {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog ref={dialog} class="help" aria-labelledby="help-title" onClose={close} onClick={event => { if (event.target === dialog.current) dialog.current?.close(); }}>
      <div class="help-body">
        <header><h2 id="help-title">Keyboard</h2><button type="button" class="icon" aria-label="Close" onClick={() => dialog.current?.close()}><Glyph of="close" /></button></header>
        <dl>{keys.map(([key, does]) => <div key={key}><dt>{key.split('  ').map(one => <kbd key={one}>{one}</kbd>)}</dt><dd>{does}</dd></div>)}</dl>
      </div>
    </dialog>
  );
};
