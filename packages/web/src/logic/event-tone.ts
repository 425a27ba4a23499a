/** How an event looks: what is bad, what is a cure, and what merely happened. */
export function toneOfEvent(kind: string): 'good' | 'bad' | 'warn' | 'none' {
  const [, what = ''] = kind.split(/\.(.*)/s);
  if (/fail|crash|unhealthy|lost|denied|error|exhaust/.test(what)) return 'bad';
  if (/cancel|refused|revert|rolled.?back|slow|behind|throttl/.test(what)) return 'warn';
  if (/live|healthy|succeeded|recovered/.test(what)) return 'good';
  return 'none';
}
