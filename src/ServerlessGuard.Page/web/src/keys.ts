/** Letters typed here are text, not commands. */
export const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName) || target.closest('dialog') !== null);

/** Which way a key moves through a list; 0: it does not. */
export const direction = (event: KeyboardEvent): number =>
  event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target) || document.querySelector('dialog[open]') ? 0
    : event.key === 'j' ? 1 : event.key === 'k' ? -1
    : event.key === 'ArrowDown' && inList(event.target) ? 1 : event.key === 'ArrowUp' && inList(event.target) ? -1
    : 0;

const inList = (target: EventTarget | null): boolean => target instanceof HTMLElement && target.closest('[data-list]') !== null;
