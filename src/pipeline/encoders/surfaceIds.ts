/** The client's surfaces: one for the screen, from 1 on those of films, and one for what windows cover. */
export const screenSurfaceId = 0;
export const filmSurfaceIdMax = 0x7fff;
export const groundSurfaceId = 0x8000;
