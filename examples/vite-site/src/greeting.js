export const greeting = (name) => `A static site, built by ${name}`;
