const WRITERS_OF_HOURS = [
  'db/(?:lieux|horaires-lus)\\.ts$',
  'app/domain/correction/',
  'app/domain/permanences-(?:form|store)\\.ts$',
  'app/http/(?:section(?:-form)?|permanences)\\.server\\.ts$',
  'app/http/fiche-data\\.server\\.ts$',
];

/** Who may import whom. One rule per sentence of the design; `npm run lint` and `npm test` hold them. */
module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      comment: 'Files do not import each other in a circle; types may.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'resolvable',
      comment: 'What is imported exists.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true, pathNot: '^(virtual:|https?:)' },
    },
    {
      name: 'domain-imports-nothing-outward',
      comment: 'The rules are pure: nothing of ours outside app/domain.',
      severity: 'error',
      from: { path: '^app/domain/' },
      to: { path: '^(app|db|scripts|tests)/', pathNot: '^app/domain/' },
    },
    {
      name: 'domain-is-isomorphic',
      comment: 'The rules run in a browser too: no module of Node, no database, no framework.',
      severity: 'error',
      from: { path: '^app/domain/' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'domain-knows-no-framework',
      severity: 'error',
      from: { path: '^app/domain/' },
      to: { path: 'node_modules/(@remix-run|react|react-dom|express|kysely|pg|lucia|graphile-worker|nodemailer)/' },
    },
    {
      name: 'db-imports-only-domain',
      comment: 'The database knows the rules and nothing else of the application.',
      severity: 'error',
      from: { path: '^db/' },
      to: { path: '^(app|scripts|tests)/', pathNot: '^app/domain/' },
    },
    {
      name: 'migrations-are-frozen',
      comment: 'A migration says today what it said the day it was written.',
      severity: 'error',
      from: { path: '^db/migrations/' },
      to: { path: '^(app|db|scripts|tests)/', pathNot: '^db/migrations/' },
    },
    {
      name: 'carte-reads-what-is-public',
      comment: 'Map, API and export reach the database by one door: db/lieux-publies.ts.',
      severity: 'error',
      from: { path: '^app/carte/' },
      to: { path: '^db/', pathNot: '^db/lieux-publies\\.ts$', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'hours-are-parsed-when-written',
      comment: 'Who may parse hours: what writes them, and the forms in which they are typed and previewed.',
      severity: 'error',
      from: { path: '^(app|db)/', pathNot: `^app/domain/horaires/|^(?:${WRITERS_OF_HOURS.join('|')})` },
      to: {
        path: '^app/domain/horaires/(?:parse|read|reader|slips|slips-read|store)\\.ts$',
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 's3-is-loaded-late',
      comment: 'A site that keeps its exports on its disk never loads the library of S3.',
      severity: 'error',
      from: { path: '^(app|db|scripts)/' },
      to: { path: 'node_modules/@aws-sdk/', dynamic: false, dependencyTypesNot: ['type-only', 'type-import'] },
    },
    {
      name: 'routes-hold-no-sql',
      comment: 'A route calls functions of db/ or app/; it builds no query and opens no connection.',
      severity: 'error',
      from: { path: '^app/(routes|components)/' },
      to: { path: '(node_modules/(kysely|pg)/|^db/(connection|embedded|migrate)\\.ts$)' },
    },
    {
      name: 'sessions-in-one-file',
      comment: 'lucia has been retired by its author: replacing it must be one file.',
      severity: 'error',
      from: { pathNot: '^app/http/session\\.server\\.ts$' },
      to: { path: 'node_modules/(lucia|@lucia-auth)/' },
    },
    {
      name: 'application-without-scripts',
      comment: 'Only the process that starts everything may call a command: it fills an empty database.',
      severity: 'error',
      from: { path: '^(app|db)/', pathNot: '^app/server\\.ts$' },
      to: { path: '^(scripts|tests)/' },
    },
  ],
  options: {
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(build|node_modules)/.*node_modules' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
