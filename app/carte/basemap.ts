import type { StyleSpecification, SymbolLayerSpecification } from 'maplibre-gl';
import { feature } from 'topojson-client';
import type { GeometryCollection, Topology } from 'topojson-specification';
import outlines from './geo/departements.topo.json?url';

/** Colours of the local base map, read from the tokens of the page so that it follows its theme. */
export interface BasemapColours {
  sea: string;
  land: string;
  line: string;
  text: string;
}

/**
 * A base map that needs no network but this site: outlines of départements (Natural Earth, public domain) and names of
 * communes (GeoNames). Names are drawn with the reader's own fonts.
 */
export async function localStyle(colours: BasemapColours): Promise<StyleSpecification> {
  const response = await fetch(outlines);
  const topology: Topology<{ departements: GeometryCollection }> = await response.json();
  return {
    version: 8,
    sources: {
      departements: {
        type: 'geojson',
        data: feature(topology, topology.objects.departements),
        attribution: 'Contours : Natural Earth. Communes : GeoNames, COG',
      },
      communes: { type: 'geojson', data: '/carte/fond/communes.json' },
    },
    layers: [
      { id: 'mer', type: 'background', paint: { 'background-color': colours.sea } },
      { id: 'departements', type: 'fill', source: 'departements', paint: { 'fill-color': colours.land } },
      { id: 'limites', type: 'line', source: 'departements', paint: { 'line-color': colours.line, 'line-width': 1 } },
      ...RANKS.map((rank) => communeLayer(rank, colours)),
    ],
  } satisfies StyleSpecification;
}

/** The more one looks closely, the smaller the communes that are named. */
const RANKS = [
  { minzoom: 5, from: 100_000, to: 100_000_000 },
  { minzoom: 7, from: 30_000, to: 100_000 },
  { minzoom: 9, from: 8_000, to: 30_000 },
  { minzoom: 10, from: 0, to: 8_000 },
];

function communeLayer(
  { minzoom, from, to }: (typeof RANKS)[number],
  colours: BasemapColours,
): SymbolLayerSpecification {
  return {
    id: `communes-${minzoom}`,
    type: 'symbol',
    source: 'communes',
    minzoom,
    filter: ['all', ['>=', ['get', 'population'], from], ['<', ['get', 'population'], to]],
    layout: {
      'text-field': ['get', 'nom'],
      'text-size': minzoom === 5 ? 15 : 13,
      'text-font': ['sans-serif'],
      'text-padding': 6,
    },
    paint: { 'text-color': colours.text, 'text-halo-color': colours.land, 'text-halo-width': 1.5 },
  };
}

/** The style of IGN Plan. @throws where this site does not answer */
export async function ignStyle(): Promise<StyleSpecification> {
  const response = await fetch('/carte/fond/ign.json');
  if (!response.ok) throw new Error(`base map: ${response.status}`);
  return response.json();
}
