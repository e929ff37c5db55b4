import type { Migration } from 'kysely';
import * as m0001 from './0001_socle.ts';
import * as m0002 from './0002_rendez_vous.ts';
import * as m0003 from './0003_index.ts';
import * as m0004 from './0004_permanences.ts';
import * as m0005 from './0005_doublons.ts';
import * as m0010 from './0010_geocodage.ts';
import * as m0011 from './0011_animateurs.ts';
import * as m0012 from './0012_vendredi_saint.ts';
import * as m0013 from './0013_api.ts';
import * as m0014 from './0014_export_alerte.ts';
import * as m0015 from './0015_listes_officielles.ts';
import * as m0016 from './0016_imports.ts';
import * as m0017 from './0017_territoire.ts';
import * as m0018 from './0018_sources.ts';
import * as m0019 from './0019_datagouv.ts';
import * as m0020 from './0020_statistiques.ts';
import * as m0021 from './0021_horaires_lus.ts';
import * as m0022 from './0022_export_panne.ts';
import * as m0023 from './0023_accord_de_source.ts';

/** Every migration by its name, in order. A list, not a folder read at run time: the bundles carry it. */
export const MIGRATIONS: Readonly<Record<string, Migration>> = {
  '0001_socle': m0001,
  '0002_rendez_vous': m0002,
  '0003_index': m0003,
  '0004_permanences': m0004,
  '0005_doublons': m0005,
  '0010_geocodage': m0010,
  '0011_animateurs': m0011,
  '0012_vendredi_saint': m0012,
  '0013_api': m0013,
  '0014_export_alerte': m0014,
  '0015_listes_officielles': m0015,
  '0016_imports': m0016,
  '0017_territoire': m0017,
  '0018_sources': m0018,
  '0019_datagouv': m0019,
  '0020_statistiques': m0020,
  '0021_horaires_lus': m0021,
  '0022_export_panne': m0022,
  '0023_accord_de_source': m0023,
};
