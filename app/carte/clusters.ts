import Supercluster from 'supercluster';
import type { Bbox } from './filters.ts';
import { pointOfRow } from './rows.ts';
import type { SnapshotIndex } from './snapshot.ts';

export interface Cluster {
  longitude: number;
  latitude: number;
  /** How many lieux it stands for; 1 for a lieu alone. */
  count: number;
  /** The lieu, where it is alone. */
  row: number | null;
  /** Zoom at which it comes apart; null for a lieu alone. */
  expansionZoom: number | null;
}

/** Clusters of some rows at any zoom. Each row with coordinates is counted in exactly one cluster of its zoom. */
export interface Clusters {
  list(bbox: Bbox, zoom: number): Cluster[];
}

const MAX_CLUSTER_ZOOM = 17;

/** 60 px at a zoom, so that targets of 44 px do not overlap. */
export function buildClusters(index: SnapshotIndex, rows: Int32Array): Clusters {
  const supercluster = new Supercluster<{ row: number }, Record<string, never>>({
    radius: 60,
    extent: 512,
    maxZoom: MAX_CLUSTER_ZOOM,
  });
  supercluster.load(
    Array.from(rows).flatMap((row) => {
      const point = pointOfRow(index, row);
      if (!point) return [];
      const geometry = { type: 'Point' as const, coordinates: [point.longitude, point.latitude] };
      return { type: 'Feature' as const, properties: { row }, geometry };
    }),
  );
  return {
    list: (bbox, zoom) =>
      supercluster
        .getClusters([bbox.west, bbox.south, bbox.east, bbox.north], Math.max(0, Math.floor(zoom)))
        .map((feature) => {
          const [longitude = 0, latitude = 0] = feature.geometry.coordinates;
          const { properties } = feature;
          if (!('cluster_id' in properties))
            return { longitude, latitude, count: 1, row: properties.row, expansionZoom: null };
          const expansionZoom = supercluster.getClusterExpansionZoom(properties.cluster_id);
          return { longitude, latitude, count: properties.point_count, row: null, expansionZoom };
        }),
  };
}
