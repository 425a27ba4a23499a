/**
 * What was counted, from rates of steps of one second. A look that comes late on a busy machine leaves steps without
 * a rate, and the rate behind them is that of all of this time. Before the first rate nothing was looked at.
 */
export function countOfRates(rates: readonly (number | null)[]): number {
  let [count, seconds] = [0, 0];
  for (const rate of rates.slice(rates.findIndex((each) => each !== null))) {
    seconds += 1;
    if (rate === null) continue;
    count += rate * seconds;
    seconds = 0;
  }
  return Math.round(count);
}
