/** A file that is not a table of lieux. Its message is one French sentence for whoever chose the file. */
export class FichierIllisible extends Error {
  override name = 'FichierIllisible';
}
