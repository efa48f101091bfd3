import { useEffect, useState } from 'preact/hooks';

export type Theme = 'light' | 'dark';

const name = 'guard-theme';
const dark = matchMedia('(prefers-color-scheme: dark)');

const chosen = (): Theme | undefined => {
  const kept = localStorage.getItem(name);
  return kept === 'light' || kept === 'dark' ? kept : undefined;
};

/** The system's, until a person chooses; choosing what the system says anyway gives it back to the system. */
export function useTheme(): [Theme, () => void] {
  const [theme, setTheme] = useState<Theme>(chosen() ?? (dark.matches ? 'dark' : 'light'));
  useEffect(() => {
    document.documentElement.dataset.theme = theme;
  }, [theme]);
  useEffect(() => {
    const changed = () => setTheme(chosen() ?? (dark.matches ? 'dark' : 'light'));
    dark.addEventListener('change', changed);
    return () => dark.removeEventListener('change', changed);
  }, []);
  return [theme, () => {
    const next: Theme = theme === 'dark' ? 'light' : 'dark';
    if ((next === 'dark') === dark.matches) {
      localStorage.removeItem(name);
    } else {
      localStorage.setItem(name, next);
    }
    setTheme(next);
  }];
}
