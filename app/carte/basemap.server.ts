import type { CommuneIndex } from '#app/domain/territoire.ts';

/** Communes smaller than this have no name on the base map drawn without network. */
const MIN_POPULATION = 3_000;

/**
 * The style of IGN Plan as `carte-facile` gives it, as JSON. Without its `glyphs`, names are drawn with the reader's own
 * fonts, so that nobody but the tile server is asked for anything.
 */
export async function readIgnStyle(): Promise<string> {
  const { mapStyles } = await import('carte-facile');
  const { glyphs: _, ...style } = mapStyles.desaturated;
  return JSON.stringify(style);
}

/** Names of communes as GeoJSON points, the most populated first: for the base map drawn without network. */
export function communeNames(communes: CommuneIndex): string {
  const named = communes
    .all()
    .filter(({ centre, population }) => centre && population >= MIN_POPULATION)
    .sort((a, b) => b.population - a.population);
  return JSON.stringify({
    type: 'FeatureCollection',
    features: named.flatMap(({ nom, population, centre }) =>
      centre
        ? [
            {
              type: 'Feature',
              properties: { nom, population },
              geometry: { type: 'Point', coordinates: [centre.longitude, centre.latitude] },
            },
          ]
        : [],
    ),
  });
}
