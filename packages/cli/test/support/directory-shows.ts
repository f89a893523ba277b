/** What the directory tells of an account, as far as tests falsify it. */
interface ShownAccount {
  readonly account: string;
  readonly devices: readonly { readonly device: string }[];
}

/** Makes every answer that tells of an account tell `shown` of it. */
export const directoryShows =
  (account: string, shown: (record: ShownAccount) => object) =>
  (name: string, value: unknown): unknown => {
    const changed = (record: ShownAccount): object =>
      record.account === account ? shown(record) : record;
    if (name === 'account') return changed(value as ShownAccount);
    if (name !== 'accounts') return value;
    return { accounts: (value as { accounts: ShownAccount[] }).accounts.map(changed) };
  };
