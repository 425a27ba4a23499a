/** What is wrong with an audit log. Kinds are permanent names. */
export interface ChainProblem {
  readonly kind:
    | 'altered'
    | 'rewritten'
    | 'missing'
    | 'out_of_order'
    | 'unreadable'
    | 'tail_missing'
    | 'key_mismatch'
    | 'checkpoint_forged'
    | 'checkpoint_missing'
    | 'checkpoint_contradicts';
  /** The record it is about; null where it is about checkpoints alone. */
  readonly seq: number | null;
  readonly message: string;
}
