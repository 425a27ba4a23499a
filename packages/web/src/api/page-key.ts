/** The half of the session that pages of this origin can read; the other is a cookie that they cannot. */
const NAME = 'rig.page-key';

/** Where a browser keeps nothing, it lasts as long as the page. */
let unkept: string | null = null;

export function readPageKey(): string | null {
  try {
    return localStorage.getItem(NAME) ?? unkept;
  } catch {
    return unkept;
  }
}

export function keepPageKey(key: string | null): void {
  unkept = key;
  try {
    if (key === null) localStorage.removeItem(NAME);
    else localStorage.setItem(NAME, key);
  } catch {
    // Full, or turned off.
  }
}

/** Calls back when another tab has logged in or out. */
export function onPageKeyChanged(callback: (key: string | null) => void): void {
  addEventListener('storage', ({ key, newValue }) => {
    if (key !== NAME && key !== null) return;
    unkept = null;
    callback(newValue);
  });
}
