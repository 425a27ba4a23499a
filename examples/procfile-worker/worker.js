let ticks = 0;
const timer = setInterval(() => console.log(`worker tick ${++ticks}`), 500);
process.once('SIGTERM', () => {
  clearInterval(timer);
  console.log('worker done');
});
