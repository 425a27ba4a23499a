/** What is to be known of a Dockerfile before it is built. */
export interface DockerfileFacts {
  /** Names of `ARG`, those that a stage has alone included. */
  args: ReadonlySet<string>;
}

/** Lines that go on are one; comments and empty lines are none. */
function instructions(text: string): string[] {
  const escape = /^#\s*escape\s*=\s*`/im.test(text) ? '`' : '\\';
  const lines: string[] = [];
  let open = '';
  for (const line of text.split(/\r?\n/)) {
    const trimmed = line.trim();
    if (trimmed === '' || trimmed.startsWith('#')) continue;
    if (trimmed.endsWith(escape)) open += `${trimmed.slice(0, -1)} `;
    else {
      lines.push(open + trimmed);
      open = '';
    }
  }
  return open === '' ? lines : [...lines, open];
}

export function readDockerfile(text: string): DockerfileFacts {
  const args = new Set<string>();
  for (const line of instructions(text)) {
    const [, rest] = /^ARG\s+(.*)$/i.exec(line) ?? [];
    for (const [, name] of (rest ?? '').matchAll(/(?:^|\s)([A-Za-z_][A-Za-z0-9_]*)(?==|\s|$)/g))
      if (name !== undefined) args.add(name);
  }
  return { args };
}
