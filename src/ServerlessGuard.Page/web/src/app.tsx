import { useEffect, useRef, useState } from 'preact/hooks';
import { FindingsView } from './findings';
import { age, count } from './format';
import { Help } from './help';
import { isTyping } from './keys';
import { useLive, useNow, type Live } from './live';
import { Glyph } from './marks';
import { OverviewView } from './overview';
import { go, link, useRoute } from './route';
import { SyncChips } from './sync';
import { useTheme } from './theme';

export const App = () => {
  const route = useRoute();
  const live = useLive();
  const now = useNow(10);
  const [theme, toggleTheme] = useTheme();
  const [help, setHelp] = useState(false);
  const state = live.state;
  const filter = useRef(route.filter);
  if (route.view === 'findings') {
    filter.current = route.filter;
  }

  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) {
        return;
      }
      const act = keys[event.key];
      if (act) {
        event.preventDefault();
        act();
      }
    };
    const keys: Record<string, () => void> = {
      '?': () => setHelp(true),
      f: () => go(link('findings', filter.current)),
      o: () => go(link('overview')),
      t: toggleTheme,
    };
    addEventListener('keydown', pressed);
    return () => removeEventListener('keydown', pressed);
  }, [theme]);

  return (
    <div class="shell">
      <a class="skip" href="#main" onClick={event => { event.preventDefault(); document.getElementById('main')?.focus(); }}>Skip to content</a>
      <header class="bar">
        <a class="brand" href={link('findings')} aria-label="ServerlessGuard"><img src="icon.svg" alt="" width="20" height="20" /><span>ServerlessGuard</span></a>
        <nav aria-label="Views">
          <a href={link('findings', filter.current)} aria-current={route.view === 'findings' ? 'page' : undefined}>Findings</a>
          <a href={link('overview')} aria-current={route.view === 'overview' ? 'page' : undefined}>Overview</a>
        </nav>
        <div class="bar-end">
          {state ? <SyncChips sides={state.sync} now={now} /> : null}
          <Pulse live={live} />
          <button type="button" class="icon" onClick={toggleTheme} aria-label={theme === 'dark' ? 'Light theme' : 'Dark theme'} title="Theme (t)"><Glyph of={theme === 'dark' ? 'sun' : 'moon'} /></button>
          <button type="button" class="icon" onClick={() => setHelp(true)} aria-label="Keyboard help" title="Help (?)">?</button>
        </div>
      </header>
      <Notice live={live} />
      <main id="main" tabIndex={-1} class={route.view}>
        {live.locked ? null : <h1 class="hidden">{route.view === 'overview' ? 'Overview' : 'Findings'}</h1>}
        {live.locked ? <Locked />
          : route.view === 'overview' ? <OverviewView version={state?.version} state={state} now={now} />
          : <FindingsView route={route} state={state} now={now} />}
      </main>
      {help ? <Help close={() => setHelp(false)} /> : null}
    </div>
  );
};

/** Whether what stands here is current. */
const Pulse = ({ live: { state, fault } }: { live: Live }) => {
  const loading = state?.loading;
  const [word, text] = fault ? ['off', 'not connected']
    : !state || !loading ? ['wait', 'connecting']
    : state.fault ? ['off', 'table not readable']
    : !loading.complete ? ['wait', `reading ${count(loading.rows)} of ${count(loading.of)}`]
    : ['on', 'live'];
  return <span class={`pulse ${word}`} role="status"><i aria-hidden="true" />{text}</span>;
};

const Notice = ({ live: { state, fault, locked } }: { live: Live }) => {
  const text = locked ? undefined
    : fault ? `${fault} Trying again.${state ? ` What is shown here is from ${age(Date.now() - Date.parse(state.now))} ago.` : ''}`
    : state?.fault ?? (state && state.loading.unreadable > 0 ? `${count(state.loading.unreadable)} rows were written by a later version and are not shown.` : undefined);
  return text ? <p class="notice" role="alert">{text}</p> : null;
};

const Locked = () => (
  <div class="empty">
    <h1>This page is locked</h1>
    <p>Open the address that <code>guard serve</code> printed: it holds the key of this run.</p>
  </div>
);
