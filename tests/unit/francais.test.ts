import { expect, test } from 'vitest';
import { z } from 'zod';
import { ouvertureSchema } from '#app/domain/creneaux/agenda-schema.ts';
import { speakFrench } from '#app/domain/francais.ts';

test('what has no sentence of its own is refused in French', () => {
  speakFrench();
  const messages = (schema: z.ZodType, value: unknown) =>
    schema.safeParse(value).error?.issues.map(({ message }) => message);
  const schema = z.object({ duree: z.number().max(5), choix: z.enum(['a', 'b']) });
  expect(messages(schema, { duree: 9, choix: 'c' })?.join(' ')).not.toMatch(
    /Too big|expected|Invalid (?:input|option)/,
  );
  expect(messages(ouvertureSchema, {})).toEqual(['Choisissez quels horaires suivre.']);
});
