import { useEffect, useState } from 'preact/hooks';

export type View = 'findings' | 'overview';

/** Where we are, all of it in the address: what is shown can be bookmarked, and Back goes back. */
export interface Route { view: View; finding?: string; filter: URLSearchParams }

export function parse(hash: string): Route {
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split('?', 2);
  const [view, finding] = path.split('/');
  return {
    view: view === 'overview' ? 'overview' : 'findings',
    finding: finding ? decodeURIComponent(finding) : undefined,
    filter: new URLSearchParams(query),
  };
}

export function link(view: View, filter?: URLSearchParams, finding?: string): string {
  const query = filter?.toString();
  return `#/${view}${finding ? '/' + encodeURIComponent(finding) : ''}${query ? '?' + query : ''}`;
}

export function go(hash: string, replace = false): void {
  if (replace) {
    history.replaceState(null, '', hash);
    dispatchEvent(new HashChangeEvent('hashchange'));
  } else {
    location.hash = hash;
  }
}

export function useRoute(): Route {
  const [hash, setHash] = useState(location.hash);
  useEffect(() => {
    const changed = () => setHash(location.hash);
    addEventListener('hashchange', changed);
    return () => removeEventListener('hashchange', changed);
  }, []);
  return parse(hash);
}

/** A filter with one of its values changed. Empty: without it. */
export function withValue(filter: URLSearchParams, name: string, value: string | undefined): URLSearchParams {
  const next = new URLSearchParams(filter);
  if (value) {
    next.set(name, value);
  } else {
    next.delete(name);
  }
  return next;
}

/** What the server is asked: open findings unless the address says otherwise, and nothing of how they are shown. */
export function toQuery(filter: URLSearchParams): URLSearchParams {
  const query = new URLSearchParams(filter);
  query.delete('group');
  const status = query.get('status');
  if (status === 'all') {
    query.delete('status');
  } else if (!status) {
    query.set('status', 'Open');
  }
  query.sort();
  return query;
}
