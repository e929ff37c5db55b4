/** Where people may write: the address that mails come from (« Nom <adresse> » or bare), null where nobody reads it. */
export function contactAddress(mailFrom: string): string | null {
  const address = /<([^<>]+)>\s*$/.exec(mailFrom)?.[1] ?? mailFrom.trim();
  const unread = /\.invalid$/i.test(address) || /^(ne[-_.]?pas[-_.]?repondre|no[-_.]?reply)\b/i.test(address);
  return unread || !address.includes('@') ? null : address;
}
