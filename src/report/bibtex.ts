/** What to cite: the program, and the method. */
export function bibtex(version: string, year: number): string {
  return `@software{polytempo,
  title   = {Polytempo: population-based training on two clocks},
  version = {${version.replace(/[^\w.+-]/g, "")}},
  year    = {${year}},
  license = {Apache-2.0}
}

@article{jaderberg2017population,
  title   = {Population Based Training of Neural Networks},
  author  = {Jaderberg, Max and Dalibard, Valentin and Osindero, Simon and Czarnecki, Wojciech M. and Donahue, Jeff and Razavi, Ali and Vinyals, Oriol and Green, Tim and Dunning, Iain and Simonyan, Karen and Fernando, Chrisantha and Kavukcuoglu, Koray},
  journal = {arXiv preprint arXiv:1711.09846},
  year    = {2017}
}`;
}
