/** Text of strangers: without control characters and without marks that reorder what a reader sees. The command line does the same. */
export function safe(text: string): string {
  return text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g, '\ufffd');
}

const number = new Intl.NumberFormat('en');

export const count = (value: number): string => number.format(value);

export const plural = (value: number, one: string, many = one + 's'): string => `${count(value)} ${value === 1 ? one : many}`;

/** 12 s, 3 min, 5 h, 9 d: the largest unit that says it. */
export function age(milliseconds: number): string {
  const seconds = Math.max(0, milliseconds / 1000);
  if (seconds < 60) return `${Math.floor(seconds)} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 48 * 3600) return `${Math.floor(seconds / 3600)} h`;
  return `${count(Math.floor(seconds / 86400))} d`;
}

/** A short stretch of time, exactly: 12 ms, 1.24 s, 3.1 min. */
export function span(milliseconds: number): string {
  if (milliseconds < 1000) return `${Math.round(milliseconds)} ms`;
  if (milliseconds < 100_000) return `${(milliseconds / 1000).toFixed(milliseconds < 10_000 ? 2 : 1)} s`;
  if (milliseconds < 6_000_000) return `${(milliseconds / 60_000).toFixed(1)} min`;
  return milliseconds < 172_800_000 ? `${(milliseconds / 3_600_000).toFixed(1)} h` : `${(milliseconds / 86_400_000).toFixed(1)} d`;
}

const two = (value: number): string => String(value).padStart(2, '0');

/** In the reader's own time. */
export function time(iso: string): string {
  const at = new Date(iso);
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())} ${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
}

/** AwaitingApproval → awaiting approval. */
export const words = (name: string): string => name.replace(/(?<=[a-z])(?=[A-Z])/g, ' ').toLowerCase();

export const accountOf = (partition: string): string => partition.slice(partition.indexOf(':') + 1);

export const providerName = (provider: string): string => (provider === 'Aws' ? 'AWS' : 'Azure');
