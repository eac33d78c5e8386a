package userpool

import (
	"crypto/aes"
	"crypto/cipher"
	"encoding/base64"
	"encoding/json"
	"fmt"
)

// seal returns a state that a client carries from one call to the next, so that the pool
// keeps none of it: not every client sends Session back (pycognito). Only this pool can
// read it, and nobody can change it.
func (p *Pool) seal(state any) (string, error) {
	plain, err := json.Marshal(state)
	if err != nil {
		return "", fmt.Errorf("encoding a secret block: %w", err)
	}
	aead, err := p.blockCipher()
	if err != nil {
		return "", err
	}
	return base64.StdEncoding.EncodeToString(aead.Seal(nil, nil, plain, []byte(p.cfg().ID))), nil
}

// unseal reads a sealed state and returns the block's bytes.
func (p *Pool) unseal(sealed string, state any) (block []byte, ok bool) {
	block, err := base64.StdEncoding.DecodeString(sealed)
	if err != nil {
		return nil, false
	}
	aead, err := p.blockCipher()
	if err != nil {
		return nil, false
	}
	plain, err := aead.Open(nil, nil, block, []byte(p.cfg().ID))
	return block, err == nil && json.Unmarshal(plain, state) == nil
}

// blockCipher draws a nonce for each block.
func (p *Pool) blockCipher() (cipher.AEAD, error) {
	block, err := aes.NewCipher(p.blockKey)
	if err != nil {
		return nil, fmt.Errorf("making the cipher of secret blocks: %w", err)
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		return nil, fmt.Errorf("making the cipher of secret blocks: %w", err)
	}
	return aead, nil
}
