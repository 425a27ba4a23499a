// Stands in for a program whose port is taken.
console.error('port 4321 is taken');
process.exit(7);
