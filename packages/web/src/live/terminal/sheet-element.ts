/**
 * Behaves like a `<style>` element as far as xterm.js uses one (its text, its place, that it can be removed), and
 * keeps a constructed style sheet. `vite.config.ts` puts it into xterm.js.
 */
export function sheetElement(): HTMLElement {
  const sheet = new CSSStyleSheet();
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
  const element = document.createElement('span');
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
