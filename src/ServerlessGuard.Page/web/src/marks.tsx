import type { ComponentChildren } from 'preact';
import type { Provider, Severity, SeverityCounts, Status, Treatment } from './api';
import { accountOf, age, providerName, safe, time, words } from './format';

export const severities: readonly Severity[] = ['Critical', 'High', 'Medium', 'Low'];

export const countOf = (counts: SeverityCounts, severity: Severity): number => counts[severity.toLowerCase() as keyof SeverityCounts];

/** Text of strangers: isolated, so that right-to-left text does not reorder what stands beside it. */
export const Text = ({ children, title }: { children: string; title?: boolean }) => {
  const text = safe(children);
  return <bdi title={title ? text.slice(0, 2000) : undefined}>{text}</bdi>;
};

const shapes: Record<Severity, ComponentChildren> = {
  Critical: <path d="M5 1h6l4 4v6l-4 4H5l-4-4V5zM7.100 3.800v5.200h1.800V3.800zM7.100 10.600v1.800h1.800v-1.800z" fill-rule="evenodd" />,
  High: <path d="M8 1.400 15.400 14.400H.600z" />,
  Medium: <path d="M8 1 15 8 8 15 1 8z" />,
  Low: <path d="M8 2.200a5.800 5.800 0 1 1 0 11.600A5.800 5.800 0 0 1 8 2.200m0 1.900a3.900 3.900 0 1 0 0 7.800 3.900 3.900 0 0 0 0-7.800" />,
};

/** A shape for each severity: colour is never all that tells them apart. */
export const Shape = ({ of }: { of: Severity }) => (
  <svg class={`shape ${of.toLowerCase()}`} viewBox="0 0 16 16" aria-hidden="true">{shapes[of]}</svg>
);

export const SeverityMark = ({ of }: { of: Severity }) => (
  <span class={`severity ${of.toLowerCase()}`}><Shape of={of} /><span>{of}</span></span>
);

const states: Record<Status, ComponentChildren> = {
  Open: <circle cx="8" cy="8" r="5.500" fill="none" stroke="currentColor" stroke-width="2" />,
  Suppressed: <path d="M4.500 3h2.400v10H4.500zM9.100 3h2.400v10H9.100z" />,
  Resolved: <path d="M2.500 8.500 6.300 12.300 13.500 4.400" fill="none" stroke="currentColor" stroke-width="2.200" stroke-linecap="round" stroke-linejoin="round" />,
};

export const StatusMark = ({ of, treatment, preview }: { of: Status; treatment?: Treatment; preview?: boolean }) => (
  <span class={`status ${of.toLowerCase()}`}>
    <svg viewBox="0 0 16 16" aria-hidden="true">{states[of]}</svg>
    <span>{of}{treatment ? <span class="treatment">{words(treatment)}</span> : null}{preview ? <span class="treatment">preview</span> : null}</span>
  </span>
);

export const ProviderMark = ({ of }: { of: Provider }) => <span class={`provider ${of.toLowerCase()}`}>{providerName(of)}</span>;

export const Account = ({ of, provider }: { of: string; provider: Provider }) => (
  <span class="account"><ProviderMark of={provider} /> <Text title>{accountOf(of)}</Text></span>
);

export const Ago = ({ at, now }: { at: string; now: number }) => <time dateTime={at} title={time(at)}>{age(now - Date.parse(at))}</time>;

const glyphs = {
  search: <path d="M7 2a5 5 0 1 1 0 10A5 5 0 0 1 7 2m3.700 8.700 3.600 3.600" />,
  close: <path d="m3.500 3.500 9 9m0-9-9 9" />,
  sun: <path d="M8 5a3 3 0 1 1 0 6 3 3 0 0 1 0-6M8 1v1.500M8 13.500V15M1 8h1.500M13.500 8H15M3 3l1.100 1.100M11.900 11.900 13 13M3 13l1.100-1.100M11.900 4.100 13 3" />,
  moon: <path d="M13.500 9.700A6 6 0 0 1 6.300 2.500a6 6 0 1 0 7.200 7.200z" />,
  copy: <path d="M5.500 5.500h8v8h-8zM10.500 5.500v-3h-8v8h3" />,
  back: <path d="M10 3 5 8l5 5" />,
  up: <path d="m4 10 4-4 4 4" />,
  down: <path d="m4 6 4 4 4-4" />,
};

export const Glyph = ({ of }: { of: keyof typeof glyphs }) => (
  <svg class="glyph" viewBox="0 0 16 16" fill="none" stroke="currentColor" stroke-width="1.600" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">{glyphs[of]}</svg>
);
