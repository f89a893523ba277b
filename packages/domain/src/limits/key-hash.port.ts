/** A keyed hash: the same for the same text in all processes of a deployment, and telling nothing of it to others. */
export type KeyHash = (text: string) => string;
