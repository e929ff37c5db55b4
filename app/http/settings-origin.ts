/** The origin that an address is, with nothing behind it; null for anything else. */
export function originOf(value: string): string | null {
  try {
    const { origin, protocol, pathname, search, hash, username, password } = new URL(value);
    const isBare = pathname === '/' && search + hash + username + password === '';
    return isBare && ['http:', 'https:'].includes(protocol) ? origin : null;
  } catch {
    return null;
  }
}
