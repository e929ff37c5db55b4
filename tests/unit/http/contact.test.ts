import { expect, test } from 'vitest';
import { contactAddress } from '#app/http/contact.server.ts';

test.each([
  ['Lieu à jour <bonjour@exemple.fr>', 'bonjour@exemple.fr'],
  ['bonjour@exemple.fr', 'bonjour@exemple.fr'],
  ['Lieu à jour <ne-pas-repondre@lieu-a-jour.invalid>', null],
  ['no-reply@exemple.fr', null],
  ['bonjour@exemple.invalid', null],
])('people may write to %s: %s', (mailFrom, address) => {
  expect(contactAddress(mailFrom)).toBe(address);
});
