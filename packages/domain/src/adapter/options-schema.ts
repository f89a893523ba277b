/** What is wrong with options that were given. */
export interface OptionsIssue {
  readonly message: string;
  /** Where in the options; absent: the whole. */
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

/**
 * A schema of options by Standard Schema 1 (standardschema.dev), which zod, valibot, arktype and others speak. Messages
 * must not repeat a value, since a value may be a secret.
 */
export interface OptionsSchema<Options> {
  readonly '~standard': {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (
      given: unknown,
    ) => OptionsResult<Options> | PromiseLike<OptionsResult<Options>>;
  };
}

export type OptionsResult<Options> =
  | { readonly value: Options; readonly issues?: undefined }
  | { readonly issues: readonly OptionsIssue[] };
