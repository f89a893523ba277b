/** What whoever claims bundles is told. */
export interface Claimed {
  readonly bundles: readonly {
    readonly device: { readonly device: string };
    readonly ref: Uint8Array;
    readonly lastResort: boolean;
  }[];
  readonly without: readonly { readonly device: string }[];
}
