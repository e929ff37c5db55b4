import { z } from 'zod';
import type { FieldName } from '#app/domain/standard.ts';
import type { Devenir, ImportedLieu } from '#db/imports.ts';
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

const exemples = z.array(exemple).catch([]);

/** What is kept of an import, tried or applied, to show it. */
export const BILAN = z.object({
  ...{ lignes: count, publiques: count, a_completer: count, refusees: count, doublons: count },
  ...{
    nouvelles: count,
    modifiees: count,
    inchangees: count,
    absents: count,
    revenus: count,
    proposees: count,
    sans_position: count,
  },
  ...{ hors_ligne: count, videes: count, depubliees: count },
  /** Lieux that take a value of the file; records made before it was kept counted each lieu once. */
  changees: z.number().optional().catch(undefined),
  exemples: z
    .object({ nouvelle: exemples, modifiee: exemples, proposee: exemples, videe: exemples, depubliee: exemples })
    .catch({ nouvelle: [], modifiee: [], proposee: [], videe: [], depubliee: [] }),
  /** Some of the lieux that the file no longer has. */
  absents_exemples: z
    .array(z.object({ id: z.string(), nom: z.string().nullable(), commune: z.string().nullable() }))
    .catch([]),
  refus: z.array(z.object({ ligne: z.number(), id: z.string(), message: z.string() })).catch([]),
  /** Longitude and latitude of a square, then how many lieux in it are new, changed, as they were. */
  carte: z.array(z.tuple([z.number(), z.number(), z.number(), z.number(), z.number()])).catch([]),
});

export type BilanMontre = z.infer<typeof BILAN>;

const COLUMN = { nouvelle: 2, modifiee: 3, proposee: 3, inchangee: 4, hors_ligne: 4 } as const;

/** Gathers while an import runs what its page will show: a few examples of each kind, and where the lieux are. */
export class Releve {
  readonly exemples: BilanMontre['exemples'] = { nouvelle: [], modifiee: [], proposee: [], videe: [], depubliee: [] };
  readonly refus: BilanMontre['refus'] = [];
  absents: BilanMontre['absents_exemples'] = [];
  changees = 0;
  proposees = 0;
  sansPosition = 0;
  private readonly squares = new Map<string, BilanMontre['carte'][number]>();

  addIssue(row: ImportedLieu, { issue, changes, proposes, vides, depublie }: Devenir): void {
    const { lieu } = row;
    if (issue === 'nouvelle') this.show('nouvelle', row, []);
    if (issue === 'modifiee') {
      this.changees += 1;
      this.show('modifiee', row, changes);
    }
    if (proposes.length > 0) {
      this.proposees += 1;
      this.show('proposee', row, proposes);
    }
    if (vides.length > 0) this.show('videe', row, vides);
    if (depublie) this.show('depubliee', row, changes);
    if (lieu.latitude === null || lieu.longitude === null) {
      this.sansPosition += 1;
      return;
    }
    const [x, y] = [snap(lieu.longitude), snap(lieu.latitude)];
    const square = this.squares.get(`${x} ${y}`) ?? [x, y, 0, 0, 0];
    square[COLUMN[issue]] += 1;
    this.squares.set(`${x} ${y}`, square);
  }

  private show(kind: keyof BilanMontre['exemples'], { ligne, lieu }: ImportedLieu, champs: readonly FieldName[]): void {
    if (this.exemples[kind].length >= EXEMPLES) return;
    this.exemples[kind].push({ ligne, nom: lieu.nom ?? '', commune: lieu.commune ?? '', champs: [...champs] });
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
