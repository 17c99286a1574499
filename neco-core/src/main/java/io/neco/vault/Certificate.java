package io.neco.vault;

/**
 * A certificate Vault has issued, all in PEM.
 *
 * @param certificate the certificate
 * @param privateKey its key
 * @param issuingCa certificate of the CA that signed it
 */
public record Certificate(String certificate, String privateKey, String issuingCa) {
    @Override
    public String toString() {
        return "Certificate[…]";
    }
}
