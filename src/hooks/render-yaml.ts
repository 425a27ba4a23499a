import { dump } from 'js-yaml';

/** One YAML document, without its separator. Text that an older reader might take for something else is quoted. */
export function renderYaml(value: unknown): string {
  return dump(value, { lineWidth: -1, noRefs: true });
}
