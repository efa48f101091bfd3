export interface Line { mark: ' ' | '+' | '-'; text: string }

const longest = 400;

const pretty = (json: string): string[] => {
  try {
    return JSON.stringify(JSON.parse(json), null, 2).split('\n');
  } catch {
    return json.split('\n');
  }
};

/** The lines of two documents side by side in one: the longest common subsequence, by dynamic programming. Very long ones stand one below the other. */
export function diff(before: string, after: string): Line[] {
  const a = pretty(before);
  const b = pretty(after);
  if (a.length > longest || b.length > longest) {
    return [...a.map(text => ({ mark: '-', text }) as Line), ...b.map(text => ({ mark: '+', text }) as Line)];
  }
  const common: number[][] = Array.from({ length: a.length + 1 }, () => new Array<number>(b.length + 1).fill(0));
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      common[i]![j] = a[i] === b[j] ? common[i + 1]![j + 1]! + 1 : Math.max(common[i + 1]![j]!, common[i]![j + 1]!);
    }
  }
  const lines: Line[] = [];
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      lines.push({ mark: ' ', text: a[i]! });
      i++;
      j++;
    } else if (j >= b.length || i < a.length && common[i + 1]![j]! >= common[i]![j + 1]!) {
      lines.push({ mark: '-', text: a[i++]! });
    } else {
      lines.push({ mark: '+', text: b[j++]! });
    }
  }
  return lines;
}
