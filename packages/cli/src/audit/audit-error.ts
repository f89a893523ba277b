/** The audit could not be carried out; the message is for whoever runs it, and holds nothing that a client sent. */
export class AuditError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'AuditError';
  }
}
