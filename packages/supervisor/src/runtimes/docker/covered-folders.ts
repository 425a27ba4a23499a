/**
 * Folders of an image that nobody but their owner may enter, on the way to what is shown below them: an empty one
 * that all may enter stands in for each.
 */
export function coversOf(paths: readonly string[]): string[] {
  const covers = paths.flatMap((path) => /^(\/root|\/home\/[^/]+)\//.exec(path)?.[1] ?? []);
  return [...new Set(covers)];
}
