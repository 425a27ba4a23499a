/** With `RIG_PROOFS=long` proofs run at the size that was promised; else at one that a suite can bear. */
const isLong = process.env.RIG_PROOFS === 'long';

export const proofSize = ({ short, long }: { short: number; long: number }): number =>
  isLong ? long : short;
