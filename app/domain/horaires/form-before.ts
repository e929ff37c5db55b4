import { draftOfEntries, type GrilleDraft, pathOf, type RowDraft, type RowsPlace } from './form-draft.ts';

/** The inputs as they stood before a text was pasted, and the text that they were filled from. */
export interface DraftBefore {
  source: string;
  grille: GrilleDraft;
}

/** Inputs as one text, to be carried along in the form and put back. */
export function packBefore({ source, grille }: DraftBefore): string {
  return JSON.stringify([['source', source], ...entriesOfDraft(grille)]);
}

/** The inputs that `packBefore` packed; null where the text is none of its own: it comes from a form. */
export function unpackBefore(packed: string): DraftBefore | null {
  try {
    const value: unknown = JSON.parse(packed);
    if (!Array.isArray(value)) return null;
    const entries = value.filter(isEntry);
    const source = entries.find(([name]) => name === 'source')?.[1];
    return source === undefined ? null : { source, grille: draftOfEntries(entries) };
  } catch {
    return null;
  }
}

function isEntry(value: unknown): value is [string, string] {
  return Array.isArray(value) && value.length === 2 && value.every((part) => typeof part === 'string');
}

/** What a browser would send of a draft, under the names that `draftOfEntries` reads. */
function entriesOfDraft({ semaine, variantes, exceptions, feries, retirees }: GrilleDraft): [string, string][] {
  return [
    ...semaine.flatMap((rows, day) => entriesOfRows({ of: 'semaine', day }, rows)),
    ...variantes.flatMap((variante, index): [string, string][] => {
      const name = `variante.${index}`;
      const all = (field: string, values: readonly (number | string)[]) =>
        values.map((value): [string, string] => [`${name}.${field}`, String(value)]);
      return [
        [`${name}.quand`, variante.quand],
        [`${name}.effet`, variante.effet],
        ...all('ferme', variante.fermes),
        ...all('habituel', variante.habituels),
        ...all('rang', variante.rangs),
        [`${name}.du_jour`, variante.du.jour],
        [`${name}.du_mois`, variante.du.mois],
        [`${name}.au_jour`, variante.au.jour],
        [`${name}.au_mois`, variante.au.mois],
        ...variante.semaine.flatMap((rows, day) => entriesOfRows({ of: 'variante', index, day }, rows)),
      ];
    }),
    ...exceptions.flatMap((exception, index): [string, string][] => [
      [`exception.${index}.genre`, exception.genre],
      [`exception.${index}.du`, exception.du],
      [`exception.${index}.au`, exception.au],
      [`exception.${index}.mention`, exception.mention],
      ...entriesOfRows({ of: 'exception', index }, exception.plages),
    ]),
    ['feries', feries],
    ...retirees.map((place): [string, string] => ['gardee_retiree', String(place)]),
  ];
}

function entriesOfRows(place: RowsPlace, rows: readonly RowDraft[]): [string, string][] {
  return rows.flatMap(({ debut, fin, rdv, mention }, index): [string, string][] => {
    const name = `${pathOf(place)}.${index}`;
    const own: [string, string][] = [
      [`${name}.debut`, debut],
      [`${name}.fin`, fin],
      [`${name}.mention`, mention],
    ];
    return rdv ? [...own, [`${name}.rdv`, 'oui']] : own;
  });
}
