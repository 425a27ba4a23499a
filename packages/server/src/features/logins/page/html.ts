const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Markup that may be written as it is. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** Markup with values, each escaped unless it is markup itself. */
export function html(parts: TemplateStringsArray, ...values: (string | Html)[]): Html {
  const written = values.map((value) =>
    value instanceof Html ? value.text : value.replaceAll(/[&<>"']/g, (sign) => entities[sign] ?? ''),
  );
  return new Html(parts.map((part, at) => part + (written[at] ?? '')).join(''));
}
