import { useEffect, useState } from 'preact/hooks';
import { api, Refusal, type State } from './api';

export interface Live { state?: State; fault?: string; locked: boolean }

const longestPause = 15_000;

/** The state of the table, kept current: the server answers as soon as something has changed. */
export function useLive(): Live {
  const [live, setLive] = useState<Live>({ locked: false });
  useEffect(() => {
    const ended = new AbortController();
    void follow(ended.signal, setLive);
    return () => ended.abort();
  }, []);
  return live;
}

async function follow(signal: AbortSignal, show: (change: (before: Live) => Live) => void): Promise<void> {
  let pause = 500;
  let version = -1;
  while (!signal.aborted) {
    try {
      if (version >= 0) {
        await api.changes(version, signal);
      }
      const state = await api.state(signal);
      // A server that was started again counts from zero.
      version = state.version;
      pause = 500;
      show(() => ({ state, locked: false }));
    } catch (fault) {
      if (signal.aborted) {
        return;
      }
      const locked = fault instanceof Refusal && fault.status === 401;
      show(before => ({ ...before, fault: (fault as Error).message, locked }));
      if (locked) {
        return;
      }
      await new Promise(done => setTimeout(done, pause));
      pause = Math.min(longestPause, pause * 2);
    }
  }
}

/** An answer of the server, asked for again whenever the key changes. The one before stands until the next is there. */
export function useAnswer<T>(key: string | undefined, ask: (signal: AbortSignal) => Promise<T>): { value?: T; fault?: string; stale: boolean } {
  const [held, setHeld] = useState<{ key?: string; value?: T; fault?: string }>({});
  useEffect(() => {
    if (key === undefined) {
      setHeld({});
      return;
    }
    const ended = new AbortController();
    ask(ended.signal).then(
      value => setHeld({ key, value }),
      fault => {
        if (!ended.signal.aborted) {
          setHeld(before => ({ ...before, key, fault: (fault as Error).message }));
        }
      });
    return () => ended.abort();
  }, [key]);
  return { value: held.value, fault: held.fault, stale: held.key !== key };
}

/** Seconds since 1970 at a beat, so that ages on the page grow. */
export function useNow(everySeconds: number): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), everySeconds * 1000);
    return () => clearInterval(timer);
  }, [everySeconds]);
  return now;
}
