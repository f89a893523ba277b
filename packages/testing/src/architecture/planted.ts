/** A file of the canary's workspace, and exactly what the checks must say about it. */
export interface Planted {
  readonly path: string;
  readonly source: string;
  /** `arrows <rule>`, `lint <rule>` or `types`, each once; empty for a file that must pass. */
  readonly reports: readonly string[];
}

/** Plants one file per source line list, named after what it breaks. */
export function planted(path: string, source: string, ...reports: readonly string[]): Planted {
  return { path, source: `${source}\n`, reports };
}
