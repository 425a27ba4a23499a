/** Where each app listens at the edge; it stays the same for the life of the app. */
export interface AppPortStore {
  get(appId: string): Promise<number | null>;
  /** Port by id of the app. */
  all(): Promise<Map<string, number>>;
  /** @returns false when another app has the port */
  assign(appId: string, port: number): Promise<boolean>;
}
