import { z } from 'zod';
import type { FieldName } from '#app/domain/standard.ts';
import type { ImportedLieu, Issue } from '#db/imports.ts';
import type { LigneRapport } from './rapport.ts';

const EXEMPLES = 25;
/** Side of the squares of the map, in degrees: some 8 km. */
const PAS = 0.1;

const count = z.number().catch(0);
const exemple = z.object({
  ligne: z.number(),
  nom: z.string(),
  commune: z.string(),
  champs: z.array(z.string()),
});

/** What is kept of an import, tried or applied, to show it. */
export const BILAN = z.object({
  ...{ lignes: count, publiques: count, a_completer: count, refusees: count, doublons: count },
  ...{ nouvelles: count, modifiees: count, inchangees: count, absents: count, proposees: count, sans_position: count },
  exemples: z.record(z.enum(['nouvelle', 'modifiee', 'proposee', 'inchangee']), z.array(exemple)).catch({
    nouvelle: [],
    modifiee: [],
    proposee: [],
    inchangee: [],
  }),
  refus: z.array(z.object({ ligne: z.number(), id: z.string(), message: z.string() })).catch([]),
  /** Longitude and latitude of a square, then how many lieux in it are new, changed, as they were. */
  carte: z.array(z.tuple([z.number(), z.number(), z.number(), z.number(), z.number()])).catch([]),
});

export type BilanMontre = z.infer<typeof BILAN>;

const COLUMN = { nouvelle: 2, modifiee: 3, proposee: 3, inchangee: 4 } as const;

/** Gathers while an import runs what its page will show: a few examples of each kind, and where the lieux are. */
export class Releve {
  readonly exemples: BilanMontre['exemples'] = { nouvelle: [], modifiee: [], proposee: [], inchangee: [] };
  readonly refus: BilanMontre['refus'] = [];
  proposees = 0;
  sansPosition = 0;
  private readonly squares = new Map<string, BilanMontre['carte'][number]>();

  addIssue({ ligne, lieu }: ImportedLieu, issue: Issue, champs: readonly FieldName[]): void {
    if (issue === 'proposee') this.proposees += 1;
    if (this.exemples[issue].length < EXEMPLES && issue !== 'inchangee')
      this.exemples[issue].push({ ligne, nom: lieu.nom ?? '', commune: lieu.commune ?? '', champs: [...champs] });
    if (lieu.latitude === null || lieu.longitude === null) {
      this.sansPosition += 1;
      return;
    }
    const [x, y] = [snap(lieu.longitude), snap(lieu.latitude)];
    const square = this.squares.get(`${x} ${y}`) ?? [x, y, 0, 0, 0];
    square[COLUMN[issue]] += 1;
    this.squares.set(`${x} ${y}`, square);
  }

  addRapport({ ligne, id, verdict, message }: LigneRapport): void {
    if (verdict === 'refuse' && this.refus.length < EXEMPLES) this.refus.push({ ligne, id, message });
  }

  get carte(): BilanMontre['carte'] {
    return [...this.squares.values()];
  }
}

function snap(degrees: number): number {
  return Math.round((Math.floor(degrees / PAS) + 0.5) * PAS * 100) / 100;
}
