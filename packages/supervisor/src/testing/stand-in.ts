/** Stands in for rigd and the edge: says that it lives, and ends when it is told to. */
const [, , rigHome] = process.argv;
process.stdout.write(
  `stand-in ${process.pid} for ${rigHome} ${Object.keys(process.env).toSorted().join(',')}\n`,
);
process.on('SIGTERM', () => process.exit(0));
setInterval(() => undefined, 60_000);
