/** The package cannot be read. The message is a sentence for the person who sent it. */
export class Fault extends Error {}

/** @param max the most bytes of a collection */
export function tooLarge(max: number): Fault {
  return new Fault(`The collection in the package is larger than ${max} bytes.`);
}

/** Whether an error is about the disk or the memory of this machine, and not about the package. */
export function isOurs(error: unknown): error is Error {
  if (!(error instanceof Error) || !('code' in error)) return false;
  return ['ENOSPC', 'EDQUOT', 'EMFILE', 'ENFILE', 'EACCES', 'EROFS', 'EIO', 'ENOMEM'].includes(
    String(error.code),
  );
}
