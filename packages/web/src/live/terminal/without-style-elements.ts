/**
 * xterm.js puts its colours and sizes into `<style>` elements and `style` attributes, which the content security
 * policy of the pages does not allow (`style-src 'self'`). What it writes there becomes constructed style sheets
 * and changes by the CSSOM, which are the page's own doing and are allowed.
 */

/** Behaves like a `<style>` element as far as xterm.js uses one: its text, and that it can be removed. */
function styleStandIn(): HTMLElement {
  const sheet = new CSSStyleSheet();
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
  const element = document.createElementNS('http://www.w3.org/1999/xhtml', 'span') as HTMLElement;
  element.hidden = true;
  let css = '';
  Object.defineProperty(element, 'textContent', {
    get: () => css,
    set(text: string) {
      css = text;
      sheet.replaceSync(text);
    },
  });
  element.remove = () => {
    document.adoptedStyleSheets = document.adoptedStyleSheets.filter((other) => other !== sheet);
    Element.prototype.remove.call(element);
  };
  return element;
}

function setAttribute(this: HTMLElement, name: string, value: string): void {
  if (name === 'style') this.style.cssText = value;
  else Element.prototype.setAttribute.call(this, name, value);
}

function createElement(name: string, options?: ElementCreationOptions): HTMLElement {
  if (name === 'style') return styleStandIn();
  const element = Document.prototype.createElement.call(document, name, options);
  if (name === 'span') element.setAttribute = setAttribute;
  return element;
}

/** The document for xterm.js to make its elements with. */
export const documentOfTerminals: Document = new Proxy(document, {
  get(target, name) {
    if (name === 'createElement') return createElement;
    const value: unknown = Reflect.get(target, name, target);
    return typeof value === 'function' ? value.bind(target) : value;
  },
  set: (target, name, value) => Reflect.set(target, name, value, target),
});

/** For what takes the document of the window all the same, while it opens. */
export function withoutStyleElements(open: () => void): void {
  Object.defineProperty(document, 'createElement', { value: createElement, configurable: true });
  try {
    open();
  } finally {
    Reflect.deleteProperty(document, 'createElement');
  }
}
