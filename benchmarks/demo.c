/* Training on micrograd's demo, written by hand: MLP 2-16-16-1 with relu, max-margin loss and L2.

   The 337 parameters are stored one after another: W1 (2 x 16, a row for each input), b1, W2 (16 x 16), b2, w3 (16), b3.
   `train` takes so many steps of gradient descent and returns the loss at the beginning of the last step. */

enum { IN = 2, H = 16, B1 = IN * H, W2 = B1 + H, B2 = W2 + H * H, W3 = B2 + H, B3 = W3 + H, SIZE = B3 + 1 };

static double gradient(const double *restrict p, const double *restrict x, const double *restrict y, int n,
                       double *restrict g) {
    double h1[n][H], h2[n][H], d1[n][H], d2[n][H], d3[n], loss = 0.0, squares = 0.0;

    for (int i = 0; i < n; i++) {
        double sum[H], score = p[B3];
        for (int j = 0; j < H; j++) {
            double z = p[B1 + j] + x[IN * i] * p[j] + x[IN * i + 1] * p[H + j];
            h1[i][j] = z > 0 ? z : 0;
            sum[j] = p[B2 + j];
        }
        for (int k = 0; k < H; k++)
            for (int j = 0; j < H; j++) sum[j] += h1[i][k] * p[W2 + k * H + j];
        for (int j = 0; j < H; j++) {
            h2[i][j] = sum[j] > 0 ? sum[j] : 0;
            score += h2[i][j] * p[W3 + j];
        }
        double margin = 1 - y[i] * score;
        loss += margin > 0 ? margin : 0;
        d3[i] = margin > 0 ? -y[i] / n : 0;
    }

    double back[H][H]; /* W2, rows and columns swapped */
    for (int k = 0; k < H; k++)
        for (int j = 0; j < H; j++) back[j][k] = p[W2 + k * H + j];
    for (int i = 0; i < n; i++) {
        double sum[H] = {0};
        for (int j = 0; j < H; j++) d2[i][j] = h2[i][j] > 0 ? d3[i] * p[W3 + j] : 0;
        for (int j = 0; j < H; j++)
            for (int k = 0; k < H; k++) sum[k] += d2[i][j] * back[j][k];
        for (int k = 0; k < H; k++) d1[i][k] = h1[i][k] > 0 ? sum[k] : 0;
    }

    for (int q = 0; q < SIZE; q++) {
        squares += p[q] * p[q];
        g[q] = 2e-4 * p[q];
    }
    for (int i = 0; i < n; i++) {
        g[B3] += d3[i];
        for (int j = 0; j < H; j++) {
            g[j] += x[IN * i] * d1[i][j];
            g[H + j] += x[IN * i + 1] * d1[i][j];
            g[B1 + j] += d1[i][j];
            g[B2 + j] += d2[i][j];
            g[W3 + j] += d3[i] * h2[i][j];
        }
    }
    for (int k = 0; k < H; k++) {
        double sum[H] = {0};
        for (int i = 0; i < n; i++)
            for (int j = 0; j < H; j++) sum[j] += h1[i][k] * d2[i][j];
        for (int j = 0; j < H; j++) g[W2 + k * H + j] += sum[j];
    }
    return loss / n + 1e-4 * squares;
}

double train(double *restrict p, const double *x, const double *y, int n, int steps, double learning_rate) {
    double g[SIZE], loss = 0.0;
    for (int s = 0; s < steps; s++) {
        loss = gradient(p, x, y, n, g);
        for (int q = 0; q < SIZE; q++) p[q] -= learning_rate * g[q];
    }
    return loss;
}
