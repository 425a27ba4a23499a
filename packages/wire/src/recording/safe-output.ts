/**
 * What was printed for the terminal of then, without what would make the terminal of now answer, or change
 * something beyond its picture: questions (ECMA-48 DA and DSR, DECRQM, XTVERSION, colours), the clipboard
 * (OSC 52), mouse reports, and pastes in brackets.
 */
const ANSWERED =
  // oxlint-disable-next-line no-control-regex -- these characters are what it is about
  /\u001B\[[>=?]?[0-9;]*[cn]|\u001B\[\??[0-9;]*\$p|\u001B\[>[0-9;]*q|\u001B\[\?(?:100[0-7]|1015|1016|2004|2031|2048)[hl]|\u001B\[[<>=?][0-9;]*u|\u001B\](?:1[0-9]|4|52)[^\u0007\u001B]*(?:\u0007|\u001B\\)|\u001BP[^\u001B]*\u001B\\|\u0005|\u001BZ/g;

export const safeOutput = (text: string): string => text.replaceAll(ANSWERED, '');
