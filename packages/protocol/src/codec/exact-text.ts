const byteOrderMark = '\uFEFF';

/** Text must come back as it was: a lone surrogate has no UTF-8, and decoders like to drop a leading byte order mark. */
export const isExactText = (text: string): boolean =>
  text.isWellFormed() && !text.startsWith(byteOrderMark);
